// One request under way at a time; of those that wait only the newest is kept.

/**
 * A function `ask(question)`. It calls `send(question)`, a promise of the answer, at once if nothing is under way;
 * otherwise the question waits, in place of one that waited before. `receive(answer, question)` gets every answer,
 * `fail(error, question)` every failure. `ask.waiting()` says whether a newer question waits or is under way.
 */
export function newest(send, receive, fail) {
  let busy = false;
  let next = null;

  async function go(question) {
    busy = true;
    try {
      const answer = await send(question);
      receive(answer, question);
    } catch (error) {
      fail(error, question);
    }
    busy = false;
    if (next !== null) {
      const { question: newer } = next;
      next = null;
      go(newer);
    }
  }

  const ask = (question) => {
    if (busy) next = { question };
    else go(question);
  };
  ask.waiting = () => next !== null;
  return ask;
}
