/** What the page of delivery says. */
export const delivery = {};
