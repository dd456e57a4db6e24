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
