import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { base } from "./api/base.js";
import { createQueryClient } from "./api/query-client.js";
import { App } from "./app.js";
import "./styles/tokens.css";
import "./styles/base.css";
import { en, TextProvider } from "./text/index.js";
import { ToastProvider } from "./ui/toasts.js";

/** Where the pages begin. */
const root = document.getElementById("root");
if (root === null) throw new Error("The page has no root.");
createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={createQueryClient()}>
        <Router base={base}>
          <TextProvider value={en}>
            <ToastProvider>
              <App />
            </ToastProvider>
          </TextProvider>
        </Router>
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
