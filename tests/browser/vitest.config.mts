// The tests of the page in a real browser. They lie outside of `ui/`, whose packages they use.
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

export default {
  root: fileURLToPath(new URL("../../ui", import.meta.url)),
  resolve: { dedupe: ["vitest", "playwright-core", "axe-core", "smtp-server", "node-forge"] },
  // Nothing is transformed here for the page; it is built before.
  server: { fs: { strict: false } },
  test: {
    dir: here,
    include: ["**/*.test.ts"],
    globalSetup: `${here}/start.ts`,
    // One browser for all files that a worker takes.
    isolate: false,
    maxWorkers: 2,
    // Only for a machine that is very busy: what does not come is missed after the time that a page has for a step.
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
};
