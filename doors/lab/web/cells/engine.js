// The engine behind the cells of one page: sources go out, states and outputs come in, questions are answered.

import { socket } from "../lab.js";

const SOURCE = 4, OUTPUT = 5, CANCEL = 6, ERROR = 7, QUESTION = 9, ANSWER = 10;
/** How long a question waits for its answer, in milliseconds. */
const PATIENCE = 8000;
/** How many questions are listened to after newer ones. */
const REMEMBERED = 32;

const text = (bytes) => new TextDecoder().decode(bytes);

/**
 * - `output({cell, state, html, milliseconds, step, of})`: what a cell is now;
 * - `busy(on)`: a run has begun, or everything of the newest question has been told;
 * - `lost()`: the connection broke, and what was asked is not answered any more;
 * - `said(words)`: what went wrong.
 */
export function createEngine({ output, busy, lost, said }) {
  let newest = 0;
  const asked = [];
  let at = false;
  const turn = (on) => {
    if (at === on) return;
    at = on;
    busy(on);
  };
  const receive = (id) => (kind, bytes) => {
    if (kind === 0) {
      if (id !== newest) return;
      turn(false);
      lost();
    } else if (kind === ERROR) {
      if (id === newest) turn(false);
      said(text(bytes));
    } else if (kind === OUTPUT) {
      const told = JSON.parse(text(bytes));
      if (told.cell !== null) output(told);
      else if (id === newest) turn(false);
    }
  };
  return {
    get busy() { return at; },
    /** Tells the sources; what is not up to date runs, unless `run` is false. */
    source(payload) {
      const id = socket.next();
      if (!socket.send(SOURCE, id, payload)) return said("This is too large to run; it is saved all the same.");
      newest = id;
      socket.hear.set(id, receive(id));
      asked.push(id);
      // Outputs of older questions may still come; of those long gone, none.
      if (asked.length > REMEMBERED) socket.hear.delete(asked.shift());
      turn(payload.run !== false);
    },
    /** Stops what the newest question asked for. */
    cancel() {
      if (newest) socket.send(CANCEL, newest);
    },
    /** Asks about a cell; null where there is no answer. */
    question(about) {
      return new Promise((resolve) => {
        const id = socket.next();
        const end = (answer) => {
          clearTimeout(timer);
          socket.hear.delete(id);
          resolve(answer);
        };
        const timer = setTimeout(end, PATIENCE, null);
        socket.hear.set(id, (kind, bytes) => end(kind === ANSWER ? JSON.parse(text(bytes)) : null));
        if (!socket.send(QUESTION, id, about)) end(null);
      });
    },
  };
}
