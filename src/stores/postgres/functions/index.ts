import { APPEND } from "./append.js";
import { CANCEL } from "./cancel.js";
import { CHECK_NEW } from "./check-new.js";
import { CLAIM } from "./claim.js";
import { REMOVE } from "./remove.js";
import { REQUEUE } from "./requeue.js";
import { SETTLE } from "./settle.js";

/**
 * The functions that the statements of this folder's parent call, made by `migrate`. They are there for speed and for
 * moving deliveries between two tables safely: each of their statements sees what was committed before it, so one that
 * had to wait is followed by one that finds where the row went. They run with the rights of whoever calls them.
 */
export const FUNCTIONS = [CHECK_NEW, APPEND, CLAIM, SETTLE, REQUEUE, CANCEL, REMOVE].join("\n");
