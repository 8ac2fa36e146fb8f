/** What the page of settings says. */
export const settings = {};
