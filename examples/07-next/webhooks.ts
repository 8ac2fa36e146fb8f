import { webhooks as made } from "../shop/webhooks.js";

/** One for the whole process: Next may load a module once for each route, and again when it changes. */
const process = globalThis as { shop?: typeof made };
process.shop ??= made;

export const webhooks = process.shop;
