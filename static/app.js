// Starts the vendored components. Every page works without this file.
import { initAll } from "./govuk/govuk-frontend.min.js";
initAll();
