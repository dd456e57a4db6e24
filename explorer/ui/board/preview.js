// The arithmetic of explorer.breakdown, for the one example that a hand is moving: a few lines, shown until Python has
// answered, and held against Python's by a test in a real browser.

import { number, sum } from "./numbers.js";
import { rowTargets } from "./rows.js";

/** What the board tells the answer bar while something is dragged. */
export const PREVIEW_EVENT = "explorer:preview";

const xlogp = (x, logP) => (x === 0 && !Number.isNaN(logP) ? 0 : x * logP);
const minusProduct = (x, logP) => 0 - xlogp(x, logP);

function softmaxStages(z, temperature) {
  const peak = z.some(Number.isNaN) ? NaN : Math.max(...z);
  const shifted = z.map((value) => {
    const apart = value - peak;
    return Number.isFinite(apart) || !Number.isFinite(value) ? apart / temperature : value / temperature - peak / temperature;
  });
  const exp = shifted.map(Math.exp);
  const top = z.indexOf(peak);
  const rest = sum(exp.filter((_, index) => index !== top));
  const finite = Number.isFinite(peak);
  return {
    shifted,
    exp,
    partition: sum(exp),
    p: exp.map((value) => (finite ? value / (1 + rest) : NaN)),
    log_p: shifted.map((value) => (finite ? value - Math.log1p(rest) : NaN)),
  };
}

export const logSigmoid = (value) => Math.min(value, 0) - Math.log1p(Math.exp(-Math.abs(value)));

function sigmoidStages(z, temperature) {
  const scaled = z / temperature;
  const sigmoid = (value) => Math.exp(Math.min(value, 0)) / (1 + Math.exp(-Math.abs(value)));
  const shifted = [Math.min(-scaled, 0), Math.min(scaled, 0)];
  return {
    shifted,
    exp: shifted.map(Math.exp),
    partition: sum(shifted.map(Math.exp)),
    p: [sigmoid(-scaled), sigmoid(scaled)],
    log_p: [logSigmoid(-scaled), logSigmoid(scaled)],
  };
}

/** Every stage of the open example, from its logits and targets, and whether it counts. Mirrors breakdown.evaluate. */
export function preview(data, z, target, kept = data.kept) {
  const { temperature, smoothing, perNat, weight, posWeight } = data.options;
  const smooth = (q) => q.map((value) => value * (1 - smoothing) + smoothing / q.length);
  const counted = (value) => (kept ? value : 0);
  let stages;
  if (data.setup === "multilabel") {
    const rows = z.map((value) => sigmoidStages(value, temperature));
    const q = target.map((value) => smooth([1 - value, value]));
    stages = {
      shifted: rows.map((row) => row.shifted[1]),
      exp: rows.map((row) => row.exp[1]),
      p: rows.map((row) => row.p[1]),
      log_p: rows.map((row) => row.log_p[1] * perNat),
      nll: rows.map((row, k) => (minusProduct(q[k][0], row.log_p[0]) + minusProduct(q[k][1], row.log_p[1])) * perNat),
      target: q.map((pair) => pair[1]),
      share: rows.map(
        (row, k) =>
          (minusProduct(weight[k] * q[k][0], row.log_p[0]) +
            minusProduct(weight[k] * posWeight[k] * q[k][1], row.log_p[1])) * perNat,
      ),
      partition: null,
    };
  } else {
    const binary = data.setup === "binary";
    const row = binary ? sigmoidStages(z[0], temperature) : softmaxStages(z, temperature);
    const q = kept ? smooth(rowTargets(data.setup, target)) : target.map(() => 0);
    const factor = binary ? [weight[0], weight[0] * posWeight[0]] : weight;
    stages = {
      ...row,
      log_p: row.log_p.map((value) => value * perNat),
      nll: row.log_p.map((value) => (0 - value) * perNat),
      target: q,
      share: row.log_p.map((value, k) => counted(minusProduct(factor[k] * q[k], value) * perNat)),
    };
  }
  stages.perExample = sum(stages.share);
  return stages;
}

/** What the batch's sum is divided by, where only the open example has changed. */
function divisor(data, target, kept) {
  if (data.reduction !== "mean") return 1;
  if (!data.hard || !kept) return data.others.divisor + data.ownDivisor;
  const label = target.indexOf(1);
  if (label === -1) return data.examples; // a label dragged into a distribution: each example counts as one
  return data.others.divisor + data.options.weight[label];
}

/** The loss of the whole batch, of which only the open example has changed. */
export function previewLoss(data, stages, target, kept = data.kept) {
  if (data.reduction === "none") return stages.perExample;
  return (number(data.others.numerator) + stages.perExample) / (divisor(data, target, kept) || NaN);
}

/** p sum(A) - A of an outcome. One that holds most of A takes it from log p: near 1, p has lost the digits of 1 - p. */
const outcomeSlope = (p, logP, a, total) => (2 * a > total ? total * Math.expm1(logP) + (total - a) : p * total - a);

/** The loss's derivative by each logit of the open example: (p sum(A) - A) / divisor, with A = weight * target. */
export function previewGradient(data, stages, target, kept = data.kept) {
  const { weight, posWeight, temperature, perNat } = data.options;
  const scale = perNat / (temperature * (divisor(data, target, kept) || NaN));
  const { p, log_p: logP, target: q } = stages;
  if (!kept) return p.map(() => 0 * scale);
  if (data.setup === "multiclass") {
    const parts = q.map((value, k) => weight[k] * value);
    const total = sum(parts);
    return p.map((value, k) => outcomeSlope(value, logP[k] / perNat, parts[k], total) * scale);
  }
  const ofYes = (index, k, no) => {
    const yes = posWeight[k] * q[index];
    return outcomeSlope(p[index], logP[index] / perNat, yes, no + yes) * weight[k] * scale;
  };
  return data.setup === "binary" ? [ofYes(1, 0, q[0])] : q.map((value, k) => ofYes(k, k, 1 - value));
}
