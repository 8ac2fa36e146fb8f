/** What the page of list says. */
export const list = {};
