/** What the page of pending says. */
export const pending = {};
