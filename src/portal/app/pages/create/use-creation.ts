import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useLocation } from "wouter";
import { client } from "../../api/client.js";
import { queries } from "../../api/queries.js";
import { reveal } from "../../api/revealed.js";
import { may } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { useToast } from "../../ui/toasts.js";
import { type Creation, creationKeys } from "./creation.js";

/** Creates a webhook once, keeps its secret to be shown, and goes to its settings. */
export function useCreation() {
  const { create } = useText();
  const queryClient = useQueryClient();
  const toast = useToast();
  const [, navigate] = useLocation();
  const [keyOf] = useState(() => creationKeys());
  const isSending = useRef(false);
  const mutation = useMutation({
    mutationFn: (creation: Creation) =>
      client.subscriptions.create(creation, { idempotencyKey: keyOf(creation) }),
    onSuccess({ subscription, secret }) {
      reveal(subscription.id, secret);
      queryClient.setQueryData(queries.subscription(subscription.id).queryKey, subscription);
      const isLost = secret === null && may("reveal");
      toast.add({
        title: create.created(subscription.name),
        description: isLost ? create.noSecret : create.next,
        type: isLost ? "bad" : "good",
      });
      // Going back from there leads to the list: the form would be empty.
      navigate(`/subscriptions/${encodeURIComponent(subscription.id)}`, { replace: true });
      return queryClient.invalidateQueries({ queryKey: ["subscriptions", "list"] });
    },
    onSettled() {
      isSending.current = false;
    },
  });
  return {
    error: mutation.error,
    isPending: mutation.isPending,
    /** Nothing while one is on its way: two presses may come before the button shows it. */
    submit(creation: Creation) {
      if (isSending.current) return;
      isSending.current = true;
      mutation.mutate(creation);
    },
  };
}
