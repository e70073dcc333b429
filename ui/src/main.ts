// Starts the page.
import { mount } from "svelte";
import App from "./App.svelte";
import { followTheme } from "./shell/theme.svelte";
import "./styles/tokens.css";
import "./styles/base.css";

followTheme();
const target = document.getElementById("app");
if (target) mount(App, { target });
