// What a target becomes when one row of it is dragged, clicked or typed.

import { parse, shortest, sum } from "./numbers.js";
import { isFixed, logitOf } from "./rows.js";

/** The target with this much of it given to row k; other classes keep their proportions of the rest, as in `before`. */
export function giveTarget(setup, before, k, value) {
  const q = Math.round(value * 100) / 100;
  if (setup === "binary") return [k === 1 ? q : Math.round((1 - q) * 100) / 100];
  if (setup === "multilabel") return before.map((old, index) => (index === k ? q : old));
  const rest = sum(before.filter((_, index) => index !== k));
  const others = before.length - 1;
  const target = before.map((old, index) => {
    if (index === k) return q;
    return Math.round((rest > 0 ? (old / rest) * (1 - q) : (1 - q) / others) * 1e4) / 1e4;
  });
  const largest = target.reduce((best, old, index) => (index !== k && (best === k || old > target[best]) ? index : best), k);
  if (largest !== k) target[largest] = Number((1 - sum(target.filter((_, index) => index !== largest))).toFixed(4));
  return target;
}

/** The target with row k as its label; a label that can be switched off is, where it was on. */
export function labelTarget(setup, target, k) {
  if (setup === "multiclass") return target.map((_, index) => Number(index === k));
  if (setup === "binary") return [target[0] === 1 && k === 1 ? 0 : k];
  return target.map((old, index) => (index === k ? Number(old !== 1) : old));
}

/** The texts of a target with this one typed into row k. */
export function typeTarget(setup, before, k, text) {
  const own = isFixed(setup, k) && parse(text) !== null ? shortest(1 - parse(text)) : text;
  return before.map((old, index) => (index === logitOf(setup, k) ? own : old));
}
