// What every part of a page uses to speak: to the reader by a line at the foot, to the server by its JSON routes.

let silence;

/**
 * Says something that screen readers also hear, for so many seconds (0: until the next words). An `action`,
 * `{label, run}`, is a button behind the words.
 */
export function say(text, seconds = 4, action) {
  const place = document.getElementById("status");
  place.textContent = text;
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.label;
    button.addEventListener("click", () => {
      place.textContent = "";
      action.run();
    });
    place.append(" ", button);
  }
  clearTimeout(silence);
  if (seconds) silence = setTimeout(() => (place.textContent = ""), seconds * 1000);
}

/** Says something to screen readers alone. */
export function whisper(text) {
  let place = document.getElementById("whisper");
  if (!place) {
    place = document.createElement("div");
    place.id = "whisper";
    place.className = "unseen";
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  place.textContent = text;
}

const GONE = "The Lab does not answer. Is it still running?";
const ANEW = "The Lab was started again: open it by the address that it printed then.";

/**
 * Asks a route that answers JSON. Answers `{status, ...body}`; status 0 stands for no server, and `error` has words
 * whenever the status is not 200.
 */
export async function ask(route, question, { type = "application/json", headers = {}, keepalive = false } = {}) {
  const body = type === "application/json" ? JSON.stringify(question) : question;
  try {
    const answer = await fetch(route, { method: "POST", headers: { "content-type": type, ...headers }, body, keepalive });
    const text = await answer.text();
    if (answer.headers.get("content-type")?.startsWith("application/json")) {
      return { status: answer.status, ...JSON.parse(text) };
    }
    return { status: answer.status, error: answer.status === 401 ? ANEW : text || `status ${answer.status}` };
  } catch {
    return { status: 0, error: GONE };
  }
}
