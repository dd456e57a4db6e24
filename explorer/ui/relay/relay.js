// Hands each part of the page what Python says, and Python what a person does.
//
// Streamlit redraws its own elements in React, and each one that an answer brings costs the browser milliseconds. So the
// parts that a drag changes are mounted once, as places without data, and an answer is one element: this one.

const places = new Map();
let data = null;
let send = null;
let owner = null;

/** A part of the page takes its data from here, now and whenever there is more. Returns how to end that. */
export function take(name, receive) {
  places.set(name, receive);
  if (data !== null && name in data) receive(data[name], report);
  return () => {
    if (places.get(name) === receive) places.delete(name);
  };
}

const report = (name, value) => send?.(name, value);

export default function mount({ data: bytes, parentElement, setStateValue }) {
  data = JSON.parse(new TextDecoder().decode(bytes));
  send = setStateValue;
  owner = parentElement;
  for (const [name, receive] of places) if (name in data) receive(data[name], report);
  return () => {
    if (owner === parentElement) data = send = owner = null; // and not the relay of the page that came after this one
  };
}
