import { createClient } from "hookwright/client";
import { base } from "./base.js";

/** The management API beside the pages, with the cookies of the host's login. */
export const client = createClient({ baseUrl: `${base}/api`, retry: { limit: 1 } });
