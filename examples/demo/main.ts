// `npm run demo` does the main job once and checks it; `npm run demo -- --serve` keeps a system running, with traffic, and
// shows it in the portal.
await (process.argv.includes("--serve") ? import("./serve.js") : import("./deliver.js"));
