import * as z from "zod";
import { WEBHOOK_ERROR_CODES, type WebhookErrorCode } from "../../model/errors.js";
import { HTTP_PROBLEM_CODES, type HttpProblemCode, type Problem } from "../problem.js";
import { answering } from "./documented.js";

const codes = [...new Set([...WEBHOOK_ERROR_CODES, ...Object.keys(HTTP_PROBLEM_CODES)])] as (
  | WebhookErrorCode
  | HttpProblemCode
)[];

const detail = z.string().describe("What is wrong there.");

/** An error, as every route answers it. */
export const problemAnswer = answering<Problem>()(
  {
    id: "Problem",
    description: "An error (RFC 9457).",
    examples: [
      {
        code: "INVALID_SUBSCRIPTION",
        title: "Invalid subscription",
        status: 422,
        detail: "The subscription was not saved. name: Must have 3 to 125 characters.",
        errors: [{ pointer: "#/name", detail: "Must have 3 to 125 characters." }],
      },
    ],
  },
  z.object({
    code: z.enum(codes).describe("For programs; stable."),
    title: z.string().describe("The code in words."),
    status: z.int(),
    detail: z.string().describe("For people: what to do next."),
    errors: z
      .array(
        z.union([
          z.object({
            pointer: z.string().describe("JSON Pointer into the body, as a URI fragment."),
            detail,
          }),
          z.object({ parameter: z.string().describe("The query parameter."), detail }),
          z.object({ header: z.string().describe("The request header."), detail }),
        ]),
      )
      .exactOptional()
      .describe("Each bad field."),
  }),
);
