import * as z from "zod";
import { documented } from "./documented.js";

/** What flushing and recovering answer. */
export const countAnswer = documented(
  { id: "Count", description: "How many events a call was about." },
  z.object({ events: z.int().min(0) }),
);
