// Numbers as they are sent, shown, typed and rounded.

const NUMBER = /^[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf(inity)?|nan)$/i;

export const number = (value) => (typeof value === "string" ? Number(value) : value);
export const numbers = (values) => values.map(number);

/** toFixed and toExponential round a half up; Python rounds it to the even digit. */
function rounded(value, digits, write = "toFixed") {
  const text = value[write](digits);
  if (!Number.isInteger(32 * value)) return text; // no half of any digit that is shown
  const [exact, exponent] = value[write](digits + 30).split("e");
  const even = /[02468]50{29}$/.test(exact);
  return even ? [exact.slice(0, -30), exponent].filter(Boolean).join("e") : text;
}

/** The same digits as explain.number in Python. */
export const format = (value) => precise(value, 0);

/** As `format`, with up to so many more digits; zeros are none. */
export function precise(value, more) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  let text;
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) text = rounded(value, 2 + more, "toExponential").replace("e+", "e");
  else text = rounded(value, (size < 100 ? 4 : size < 1e3 ? 3 : size < 1e4 ? 2 : 1) + more);
  if (more > 0) text = text.replace(new RegExp(`0{1,${more}}(?=e|$)`), "");
  return (Number(text) === 0 ? text.replace("-", "") : text).replaceAll("-", "−");
}

/** The shortest text that reads back exactly, as Python's spelling.number_text. */
export function shortest(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value).replace("e+", "e");
}

/** As `shortest`, with a true minus sign, as Python's explain.typed. */
export const typed = (value) => shortest(value).replaceAll("-", "−").replace("inf", "∞");

/** How a logit stands in its field: as typed, with one decimal where it is a whole number. */
export const field = (value) => {
  const text = typed(value);
  return Number.isInteger(value) && Math.abs(value) < 1e6 ? `${text}.0` : text;
};

export function percent(p) {
  if (Number.isNaN(p)) return "nan";
  if (p > 0 && p < 0.0005) return "< 0.1 %";
  if (p >= 0.9995 && p < 1) return "> 99.9 %";
  return `${rounded(100 * p, 1)} %`;
}

export function parse(text) {
  const plain = text.trim().replaceAll("−", "-").replace("∞", "inf");
  if (!NUMBER.test(plain)) return null;
  const infinite = /^([+-]?)inf/i.exec(plain);
  if (infinite) return infinite[1] === "-" ? -Infinity : Infinity;
  const value = Number(plain);
  const lost = value === 0 ? /[1-9]/.test(plain.split(/e/i)[0]) : Math.abs(value) === Infinity; // 1e-400, 1e400
  return lost ? null : value;
}

export const sum = (values) => values.reduce((total, value) => total + value, 0);

/** The least of 5, 10, 20, 50, 100 and so on that is not below a size. */
export function nice(size) {
  const power = Math.floor(Math.log10(clamp(size, 5, 1e307)));
  return [1, 2, 5, 10].map((step) => Number(`${step}e${power}`)).find((step) => step >= Math.max(size, 5)) ?? 1e308;
}

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
