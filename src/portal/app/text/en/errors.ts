/** What went wrong, by the code that the API or the client gives, and what to do. */
export const errors = {
  title: "This could not be loaded",
  byCode: {
    NETWORK: "The server cannot be reached. Check your connection, then try again.",
    TIMEOUT: "The server took too long to answer. Try again in a moment.",
    UNAUTHENTICATED:
      "You are signed out. Sign in again; what you have not saved stays in this tab until then.",
    BAD_RESPONSE:
      "The server answered something else, perhaps a login page. Reload this page to sign in again.",
    FORBIDDEN: "You may look at this, but not change it.",
    NOT_FOUND: "It is not there any more, or not yours.",
    VERSION_CONFLICT: "Someone else has saved meanwhile.",
  } as Readonly<Record<string, string>>,
  other: "Something went wrong. Try again in a moment.",
  reload: "Reload",
  toast: "That did not work",
};
