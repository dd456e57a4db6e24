// Copies the address of the page, and keeps it readable.

/** The address as a person writes it: Streamlit escapes what a query may hold as it is. */
function readableAddress() {
  const { pathname, search, hash } = window.location;
  const readable = search.replaceAll("%2C", ",").replaceAll("%3B", ";").replaceAll("+", "%20");
  if (readable !== search) window.history.replaceState(window.history.state, "", pathname + readable + hash);
}

let waiting = 0;
window.navigation?.addEventListener("currententrychange", () => {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(readableAddress, 500); // after Streamlit has done with it
});

export default function mount({ parentElement }) {
  if (parentElement.querySelector("button")) return;
  window.setTimeout(readableAddress, 500);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "explorer-copy";
  const say = (text) => { button.textContent = text; };
  say("Copy link");
  button.addEventListener("click", async () => {
    readableAddress();
    const copied = await copy(window.location.href);
    say(copied ? "Copied" : "Press Ctrl + C in the address bar");
    window.setTimeout(() => say("Copy link"), 2000);
  });
  parentElement.append(button);
}

async function copy(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { /* not allowed: try the old way */ }
  }
  const field = document.createElement("textarea"); // the clipboard needs https, a classroom's address may be http
  field.value = text;
  field.style.position = "fixed";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
