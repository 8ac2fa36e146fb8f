import { createContext, use } from "react";
import { activity } from "./en/activity.js";
import { catalogue } from "./en/catalogue.js";
import { common } from "./en/common.js";
import { create } from "./en/create.js";
import { deliveries } from "./en/deliveries.js";
import { delivery } from "./en/delivery.js";
import { errors } from "./en/errors.js";
import { list } from "./en/list.js";
import { pending } from "./en/pending.js";
import { settings } from "./en/settings.js";
import { shell } from "./en/shell.js";
import { subscription } from "./en/subscription.js";
import { verify } from "./en/verify.js";

/** Everything that the pages say, in English. Another language is another object of this shape. */
export const en = {
  activity,
  catalogue,
  common,
  create,
  deliveries,
  delivery,
  errors,
  list,
  pending,
  settings,
  shell,
  subscription,
  verify,
};

/** What the pages say. */
export type Text = typeof en;

const TextContext = createContext<Text>(en);

/** Gives another language to what is inside. */
export const TextProvider = TextContext.Provider;

/** What the pages say, in the reader's language. */
export function useText(): Text {
  return use(TextContext);
}
