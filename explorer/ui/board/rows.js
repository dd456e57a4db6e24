// Which logit and which target each row of the board shows: all set-ups have one of both for each row, except that a
// binary logit has two rows, of which the first, "no", has its logit fixed at 0 and what the target leaves.

/** The logit of each row. */
export const rowLogits = (setup, z) => (setup === "binary" ? [0, z[0]] : z);

/** The target of each row, before smoothing. */
export const rowTargets = (setup, target) => (setup === "binary" ? [1 - target[0], target[0]] : target);

/** Which logit, and which number of the target, row k is about. */
export const logitOf = (setup, k) => (setup === "binary" ? 0 : k);

/** The row in which a logit is edited. */
export const rowOf = (setup, index) => (setup === "binary" ? 1 : index);

/** Whether the row's logit is fixed. */
export const isFixed = (setup, k) => setup === "binary" && k === 0;

/** The edit of a row with what a later edit changed in it; the later one may be of a row with fewer classes. */
export function onMoreClasses(row, edit, setup) {
  const changed = (what) => row[what].map((old, k) => (k === logitOf(setup, edit.class) ? edit[what][k] : old));
  const { class: k, field, text } = edit;
  const made = { ...row, class: k, field, text };
  if (field === "logit") return { ...made, logits: changed("logits") };
  if (field === "names") return { ...made, names: row.names.map((old, other) => (other === k ? edit.names[k] : old)) };
  if (setup === "multilabel") return { ...made, target: changed("target") };
  if (edit.hard) return { ...made, target: edit.target, hard: true };
  return { ...made, target: row.names.map((_, other) => edit.target[other] ?? "0"), hard: false };
}
