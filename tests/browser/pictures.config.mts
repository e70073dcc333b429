// The pictures of the screens: taken as the tests are run, but only when they are asked for.
import config from "./vitest.config.mts";

export default { ...config, test: { ...config.test, include: ["pictures.ts"] } };
