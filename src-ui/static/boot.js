// Starts the interface. It stands in a file of its own because the page's policy allows no inline script.
import init from "/voiceassist-ui.js";

await init({ module_or_path: "/voiceassist-ui_bg.wasm" });
