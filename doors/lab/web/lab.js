// What every page does beyond being read. Cells and the workbench are modules of their own, which import from here.

import { arrows } from "./page/arrows.js";
import { making, times } from "./page/documents.js";
import { figures } from "./page/figures.js";
import { lesson } from "./page/lesson.js";
import { scrolling } from "./page/scrolling.js";
import { searching } from "./page/search.js";
import { sections } from "./page/sections.js";
import { socket } from "./page/socket.js";
import { theme } from "./page/theme.js";

export { ask, say, whisper } from "./page/ask.js";
export { when } from "./page/documents.js";
export { figures } from "./page/figures.js";
export { lookSoon } from "./page/scrolling.js";
export { socket } from "./page/socket.js";

theme();
scrolling();
figures();
times();
for (const course of document.querySelectorAll(".course")) arrows(course);
for (const nav of document.querySelectorAll("nav.sections")) sections(nav);
for (const article of document.querySelectorAll("[data-lesson]")) lesson(article);
for (const form of document.querySelectorAll("form[data-search]")) searching(form);
for (const form of document.querySelectorAll("form[data-new]")) making(form);
if (document.querySelector(".document[data-path]")) import("/assets/workbench.js");
socket.open();
