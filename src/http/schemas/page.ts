import * as z from "zod";
import { documented, documentedSchemas } from "./documented.js";

type PageSchema<S extends z.ZodType> = z.ZodObject<{
  items: z.ZodArray<S>;
  next: z.ZodNullable<z.ZodString>;
}>;

const made = new WeakMap<z.ZodType, z.ZodType>();

/** One page of a list of what the schema describes. The same schema gives the same page, so that it has one name. */
export function pageOf<S extends z.ZodType>(item: S): PageSchema<S> {
  const known = made.get(item);
  if (known !== undefined) return known as PageSchema<S>;
  const schema = z.object({
    items: z.array(item),
    next: z.string().nullable().describe("Give it as `cursor` for what follows; null at the end."),
  });
  const id = documentedSchemas.get(item)?.id;
  const page =
    id === undefined ? schema : documented({ id: `${id}Page`, description: "A part of a list." }, schema);
  made.set(item, page);
  return page;
}
