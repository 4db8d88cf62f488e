// The socket: one for the page, opened when something asks for it, and opened again after it was lost.
//
// A frame is a kind, an id and a payload, as doors/lab/src/frame.rs says. Whoever asks takes a new id and hears what
// comes back under it; kind 0 tells that the connection was lost, and that no answer will come.

/** The longest frame that the server reads, in bytes. */
const LONGEST = 1 << 20;

export const socket = {
  hear: new Map(), // id -> (kind, bytes) of a frame that answers it
  connection: null, waiting: [], last: 0, pause: 1500, again: undefined,
  /** An id that nothing on this page has had. */
  next() {
    this.last += 1;
    return this.last;
  },
  open() {
    // A connection that was lost is not asked for again at once, however many wait for it.
    if (this.connection || this.again) return;
    const connection = new WebSocket(`ws://${location.host}/socket`);
    connection.binaryType = "arraybuffer";
    this.connection = connection;
    connection.addEventListener("open", () => {
      this.pause = 1500;
      for (const frame of this.waiting.splice(0)) connection.send(frame);
    });
    connection.addEventListener("message", ({ data }) => this.read(new DataView(data)));
    connection.addEventListener("close", () => {
      this.connection = null;
      this.again = setTimeout(() => {
        this.again = undefined;
        this.open();
      }, this.pause);
      this.pause = Math.min(2 * this.pause, 15_000);
      // What was asked of the lost connection is not answered by the next.
      const lost = [...this.hear.values()];
      this.hear.clear();
      this.waiting = [];
      for (const hear of lost) hear(0, new Uint8Array());
    });
  },
  read(view) {
    if (view.byteLength < 5) return;
    const kind = view.getUint8(0), id = view.getUint32(1, true);
    const bytes = new Uint8Array(view.buffer, view.byteOffset + 5);
    if (kind === 8) {
      dispatchEvent(new Event("lab:closing"));
      if (bytes.length === 0) location.reload();
      return;
    }
    this.hear.get(id)?.(kind, bytes);
  },
  /** Sends a frame: a kind, an id, and an object (as JSON) or bytes. Answers whether it is short enough to be sent. */
  send(kind, id, payload = new Uint8Array()) {
    const bytes = payload instanceof Uint8Array ? payload : new TextEncoder().encode(JSON.stringify(payload));
    const frame = new Uint8Array(5 + bytes.length);
    if (frame.length > LONGEST) return false;
    const view = new DataView(frame.buffer);
    view.setUint8(0, kind);
    view.setUint32(1, id, true);
    frame.set(bytes, 5);
    this.open();
    if (this.connection?.readyState === WebSocket.OPEN) this.connection.send(frame);
    else this.waiting.push(frame);
    return true;
  },
};
