/** What the page of create says. */
export const create = {};
