import { QueryClient } from "@tanstack/react-query";
import { isClientError } from "hookwright/client";

/** Keeps what was read. The client itself repeats what met nothing, so that no query is repeated here. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: false,
        staleTime: 5_000,
        // What cannot be read now may be there in a moment; what is not ours never is.
        refetchOnWindowFocus: (query) => !isClientError(query.state.error, "NOT_FOUND"),
      },
      mutations: { retry: false },
    },
  });
}
