// Where a number on the board comes from: a line of arithmetic that comes out as it is written.

import { field, format, parse, precise, shortest, typed } from "./numbers.js";
import { logSigmoid } from "./preview.js";
import { isFixed, logitOf, rowLogits } from "./rows.js";

const MORE = 4; // digits beyond those on the board

/** The live sentence for one cell, as the board has it: its formula with its numbers, and the cells that feed it. */
export function derivation(board, stage, k) {
  return LINES[stage](rowOnBoard(board, k));
}

/** All that the lines of row k are about. */
function rowOnBoard({ data, stages, z, kept }, k) {
  const { setup, weighted } = data;
  const { temperature, perNat, weight, posWeight } = data.options;
  const each = setup === "multilabel";
  const logits = rowLogits(setup, z);
  const logit = logits[k];
  const peak = each ? Math.max(logit, 0) : Math.max(...logits);
  const index = logitOf(setup, k);
  return {
    ...Object.fromEntries(Object.keys(LINES).slice(1).map((stage) => [stage, stages[stage][k]])),
    name: data.names[k],
    fixed: isFixed(setup, k),
    each, // its own sigmoid, against the exponential of 0
    sigmoid: setup !== "multiclass",
    rival: Math.exp(-peak / temperature),
    partition: stages.partition,
    no: -logSigmoid(-logit / temperature) * perNat, // what a 0 costs where it is labelled 1, and not 1
    perExample: stages.perExample,
    logit, peak, temperature, perNat, kept, weighted,
    weight: weight[index],
    posWeight: posWeight[index],
    positive: k === 1,
    log: data.unit === "bits" ? "log₂" : "log",
    inUnit: data.unit === "bits" ? " / ln 2" : "",
  };
}

/**
 * A result, worked out in the first of these ways that comes out at it, or bare. A way is [numbers, how they are written,
 * what that is]. The numbers get the digits that it takes: 3 · 0.4170 is 1.2510, but 3 · 0.41703 is 1.2511.
 */
function worked(result, ...ways) {
  const wanted = format(result);
  for (const [numbers, write, work] of ways) {
    for (let more = 0; more <= MORE; more += 1) {
      const texts = numbers.map((value) => precise(value, more));
      if (format(work(...texts.map(parse))) === wanted) return `${write(...texts)} = ${wanted}`;
    }
  }
  return wanted;
}

const over = (temperature, text) => (temperature === 1 ? text : `(${text}) / ${shortest(temperature)}`);

const LINES = {
  logit({ name, fixed }) {
    if (fixed) return [`z(${name}) is fixed: a sigmoid is a softmax against a class whose logit is 0`, []];
    return [`z(${name}) is what the model gave: drag it, press the arrow keys, or type it`, []];
  },

  shifted({ name, each, sigmoid, logit, peak, temperature, shifted }) {
    const largest = peak < 0 ? `(${field(peak)})` : field(peak);
    const line = worked(shifted,
      [[], () => over(temperature, `${field(logit)} − ${largest}`), () => (logit - peak) / temperature],
      [[], () => `min(${field(logit)}, 0)`, () => (sigmoid ? Math.min(logit, 0) : NaN)]); // of ∞, where ∞ − ∞ is nan
    return [`${name}: ${over(temperature, each ? "z − max(z, 0)" : "z − max")} = ${line}`, ["logit"]];
  },

  exp: ({ name, shifted, exp }) => [`${name}: ${worked(exp, [[shifted], (shift) => `exp(${shift})`, Math.exp])}`, ["shifted"]],

  p({ name, each, exp, rival, partition, p }) {
    const line = each
      ? worked(p, [[exp, rival], (own, other) => `${own} / (${own} + ${other})`, (own, other) => own / (own + other)])
      : worked(p, [[exp, partition], (own, all) => `${own} / ${all}`, (own, all) => own / all]);
    return [`p(${name}) = ${line}`, ["exp", "sum"]];
  },

  log_p({ name, each, shifted, exp, rival, partition, p, log_p, perNat, log, inUnit }) {
    const line = worked(log_p,
      [[p], (own) => `${log} ${own}`, (own) => Math.log(own) * perNat],
      [[-Math.expm1(log_p / perNat)], (rest) => `${log}(1 − ${rest})`, (rest) => Math.log1p(-rest) * perNat], // p rounds to 1
      [[shifted, each ? exp + rival : partition], (shift, all) => `${shift}${inUnit} − ${log} ${all}`, (shift, all) => (shift - Math.log(all)) * perNat]);
    return [`${log} p(${name}) = ${line}`, ["p"]];
  },

  nll({ name, each, exp, rival, peak, temperature, p, log_p, no, nll, target, perNat, log, inUnit }) {
    if (!each || target === 1) return [`−${log} p(${name}) = ${format(nll)}`, ["log_p"]];
    if (target > 0) {
      const line = worked(nll, [[target, -log_p, 1 - target, no], (q, a, r, b) => `${q} · ${a} + ${r} · ${b}`, (q, a, r, b) => q * a + r * b]);
      return [`${name}: −y ${log} p − (1 − y) ${log}(1 − p) = ${line}`, ["p", "target"]];
    }
    const line = worked(nll,
      [[p], (own) => `−${log}(1 − ${own})`, (own) => -Math.log1p(-own) * perNat],
      [[rival / (exp + rival)], (rest) => `−${log}(1 − p) = −${log} ${rest}`, (rest) => -Math.log(rest) * perNat], // p rounds to 1
      [[peak / temperature, exp + rival], (shift, all) => `−${log}(1 − p) = ${shift}${inUnit} + ${log} ${all}`, (shift, all) => (shift + Math.log(all)) * perNat]);
    return [`${name} is labelled 0: ${line}`, ["p", "target"]];
  },

  target: ({ name, target }) => [`${name}: target ${format(target)}`, []],

  share(row) {
    const { name, each, kept, weighted, target, log_p, no, nll, share, weight } = row;
    const whole = each ? ` of this example's ${format(row.perExample)}` : "";
    const feeds = each ? ["nll"] : ["target", "nll"];
    if (!kept) return [`${name}: this example is ignored and adds nothing`, feeds];
    if (share === 0 && nll === Infinity) return [`${name}: adds ${format(share)}, as 0 · ∞ counts as 0`, feeds];
    if (each && !weighted) return [`${name}: ${format(share)}${whole}`, feeds];
    const mixed = each && target > 0 && target < 1;
    const posWeight = row.sigmoid && (each ? target > 0 : row.positive) ? row.posWeight : 1;
    const factors = [weight, posWeight].filter((factor) => factor !== 1);
    const product = weight * posWeight;
    const times = [...(weighted && factors.length === 0 ? [1] : factors).map(typed), ""].join(" · ");
    const line = mixed && posWeight !== 1
      ? worked(share, [[target, -log_p, 1 - target, no],
        (q, a, r, b) => `${weight === 1 ? "" : `${typed(weight)} · `}(${typed(posWeight)} · ${q} · ${a} + ${r} · ${b})`,
        (q, a, r, b) => weight * (posWeight * q * a + r * b)])
      : each
        ? worked(share, [[nll], (cost) => `${times}${cost}`, (cost) => product * cost])
        : worked(share, [[target, nll], (q, cost) => `${times}${q} · ${cost}`, (q, cost) => product * q * cost]);
    return [`${name}: ${line}${whole}`, feeds];
  },
};
