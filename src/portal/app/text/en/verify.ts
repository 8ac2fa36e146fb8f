/** What the page of verify says. */
export const verify = {};
