// What stands over each column, and below the board.

import { shortest } from "./numbers.js";

export const STAGES = ["logit", "shifted", "exp", "p", "log_p", "nll", "target", "share"];
/** The stages that follow from the logits. */
export const LIVE = STAGES.slice(1);

const TOUCH = window.matchMedia("(hover: none)").matches;

/** What can be done on the board, where there is no number to explain. */
export const INVITATION = TOUCH
  ? "Drag a logit, tap a label, or tap a number to see where it comes from."
  : "Drag a logit, click a label, or point at a number to see where it comes from.";

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
    nll: ["NLL", each ? `−${log}\u00a0p or −${log}(1\u00a0−\u00a0p)` : `−${log} p`, each
      ? "Minus the log-probability of what the label says: of p where it is 1, of 1 − p where it is 0."
      : "What this class would cost if it were the label."],
    target: [data.hard || !one ? "label" : "target", one ? "q" : "y", one
      ? "Click a class to make it the label. Drag to share the target among classes."
      : "Click to switch between 0 and 1. Drag for a soft label."],
    share: ["share", each ? `${weights}NLL` : `${weights}q · −${log} p`, "What this class adds to the loss of this example."],
  };
}
