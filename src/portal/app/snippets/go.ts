import { adviceOf, commented, literal, secretOf } from "./comments.js";
import { goCheckOf } from "./go-checks.js";
import type { Receiver } from "./receiver.js";

/** Packages that the server itself needs. */
const SERVER = ["io", "log", "net/http", "os", "time"];

/** A receiver for Go 1.19 and later: the standard library alone. */
export function goSnippet(receiver: Receiver): string {
  const { imports, isTimed, readKey, isGenuine } = goCheckOf(receiver);
  const { path, maxBody } = receiver;
  const packages = [...SERVER, ...imports].sort().map((name) => `\t${literal(name)}\n`);
  const constants = [
    ["path", literal(path)],
    ["maxBytes", `${maxBody} << 20`],
    ...(isTimed ? [["tolerance", "5 * time.Minute"]] : []),
  ];
  const width = Math.max(...constants.map(([name = ""]) => name.length));
  return `// receiver.go
// WEBHOOK_SECRET='${secretOf(receiver)}' go run receiver.go
package main

import (
${packages.join("")})

const (
${constants.map(([name = "", value]) => `\t${name.padEnd(width)} = ${value}\n`).join("")})

var key = readKey()

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "3000"
	}
	server := &http.Server{
		Addr:        ":" + port,
		Handler:     http.HandlerFunc(receive),
		ReadTimeout: 15 * time.Second,
	}
	log.Fatal(server.ListenAndServe())
}

func receive(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.URL.EscapedPath() != path {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBytes))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	if !isGenuine(r.Header, body) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
${commented("\t// ", adviceOf(receiver))}
	log.Printf("%s", body)
	w.WriteHeader(http.StatusNoContent)
}

${isGenuine}

${readKey}
`;
}
