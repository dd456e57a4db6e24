// What stands over each column, and where each number comes from.

import { field, format, shortest } from "./numbers.js";

export const STAGES = ["logit", "shifted", "exp", "p", "log_p", "nll", "target", "share"];
/** The stages that follow from the logits. */
export const LIVE = STAGES.slice(1);

/** Heading, symbol and the sentence that explains a stage, for the set-up and options at hand. */
export function headings(data) {
  const { temperature } = data.options;
  const one = data.setup === "multiclass";
  const each = data.setup === "multilabel";
  const log = data.unit === "bits" ? "log₂" : "log";
  const rival = each ? "max(z, 0)" : "max";
  const shift = temperature === 1 ? `z − ${rival}` : `(z − ${rival}) / ${shortest(temperature)}`;
  const weights = data.weighted ? "w · " : "";
  return {
    logit: ["logit", "z", "The raw score. Drag it, press the arrow keys, or type it."],
    shifted: ["shift", shift, each
      ? "Each label competes with 0 alone. Subtracting the larger of the two changes no probability."
      : "Subtracting the largest logit changes no probability, and keeps exp from overflowing."],
    exp: ["exponentiate", `e^(${temperature === 1 ? "z − max" : "shift"})`, "Every score becomes positive; the largest becomes 1."],
    p: [one ? "softmax" : "sigmoid", "p", one
      ? "The share of each class in the sum Z. Raise one class and the others give way."
      : each ? "Each label's own probability: its exponential against that of 0. The rows do not share."
        : "A softmax over two classes, one of which has its logit fixed at 0."],
    log_p: [one ? "log-softmax" : "log-sigmoid", `${log} p`, "The logarithm of the probability, computed without ever rounding p to 0 or 1."],
    nll: ["NLL", each ? `−${log} p or −${log}(1 − p)` : `−${log} p`, each
      ? "Minus the log-probability of what the label says: of p where it is 1, of 1 − p where it is 0."
      : "What this class would cost if it were the label."],
    target: [data.hard || !one ? "label" : "target", one ? "q" : "y", one
      ? "Click a class to make it the label. Drag to share the target among classes."
      : "Click to switch between 0 and 1. Drag for a soft label."],
    share: ["share", each ? `${weights}NLL` : `${weights}q · −${log} p`, "What this class adds to the loss of this example."],
  };
}

/** The live sentence for one cell: its formula with its numbers, and the cells that feed it. */
export function derivation(data, stages, z, stage, k) {
  const name = data.names[k];
  const log = data.unit === "bits" ? "log₂" : "log";
  const s = (key) => format(stages[key][k]);
  const partition = stages.partition === null ? format(stages.exp[k] / stages.p[k]) : format(stages.partition);
  const logit = data.setup === "binary" ? [0, z[0]][k] : z[k];
  const peak = data.setup === "multilabel" ? Math.max(logit, 0) : data.setup === "binary" ? Math.max(0, z[0]) : Math.max(...z);
  const over = data.options.temperature === 1 ? "" : ` / ${shortest(data.options.temperature)}`;
  const negative = data.setup === "multilabel" && stages.target[k] === 0;
  const soft = data.setup === "multilabel" && stages.target[k] > 0 && stages.target[k] < 1;
  const lines = {
    logit: [`z(${name}) is what the model gave: drag it, press the arrow keys, or type it`, []],
    shifted: [`${name}: z − max = ${field(logit)} − ${field(peak)}${over} = ${s("shifted")}`, ["logit"]],
    exp: [`${name}: exp(${s("shifted")}) = ${s("exp")}`, ["shifted"]],
    p: [`p(${name}) = ${s("exp")} / ${partition} = ${s("p")}`, ["exp", "sum"]],
    log_p: [`${log} p(${name}) = ${log} ${s("p")} = ${s("log_p")}`, ["p"]],
    nll: soft
      ? [`${name}: −y ${log} p − (1 − y) ${log}(1 − p) = ${s("nll")}`, ["p", "target"]]
      : negative
        ? [`${name} is labelled 0: −${log}(1 − ${s("p")}) = ${s("nll")}`, ["p", "target"]]
        : [`−${log} p(${name}) = ${s("nll")}`, ["log_p"]],
    target: [`${name}: target ${s("target")}`, []],
    share: data.setup === "multilabel"
      ? [`${name}: ${s("share")} of this example's ${format(stages.perExample)}`, ["nll"]]
      : [`${name}: ${data.weighted ? "w · " : ""}${s("target")} · ${s("nll")} = ${s("share")}`, ["target", "nll"]],
  };
  return lines[stage];
}
