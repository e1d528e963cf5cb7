// Starts the interface. It stands in a file of its own because the page's policy allows no inline script,
// and takes the wasm from a module because the policy allows no fetching either.
import init from "/voiceassist-ui.js";
import { bytes } from "/voiceassist-ui-wasm.js";

await init({ module_or_path: bytes });
