// The page about the API, made from the document of the very gateway that serves it.

import { Schemas, make, rich } from "./schema.js";

const byId = (id) => document.getElementById(id);

function showParameters(schemas, parameters) {
  const rows = parameters.map((one) => {
    const own = schemas.resolve(one);
    const text = own.description ?? schemas.resolve(own.schema).description;
    return make("tr", {},
      make("td", {}, make("code", {}, own.name), make("div", { class: "kind" }, `in the ${own.in}`), own.required && make("div", { class: "needed" }, "required")),
      make("td", {}, make("p", {}, rich(text)), make("p", { class: "kind" }, schemas.describe(own.schema)), schemas.choices(own.schema)));
  });
  const head = make("tr", {}, make("th", { scope: "col" }, "Name"), make("th", { scope: "col" }, "What it says"));
  return [make("h3", {}, "Parameters"), make("table", {}, make("thead", {}, head), make("tbody", {}, rows))];
}

function showExample(text) {
  return text && make("details", { class: "example" }, make("summary", {}, "Example"), make("pre", { tabindex: "0" }, text));
}

function showMedia(schemas, content = {}) {
  return Object.entries(content).map(([kind, media]) => make("div", {},
    make("p", { class: "kind" }, make("code", {}, kind), media.schema && ` ${schemas.describe(media.schema)}`),
    schemas.fields(media.schema ?? {}),
    showExample(schemas.example(media))));
}

/** The problem codes of a response. */
function codesOf(response) {
  const parts = response.content?.["application/problem+json"]?.schema?.allOf ?? [];
  return parts.flatMap((part) => part.properties?.code?.enum ?? []);
}

function showCodes(schemas, response, root) {
  const media = response.content["application/problem+json"];
  return [
    make("ul", { class: "fields" }, codesOf(response).map((code) => {
      const example = root.components.examples[code];
      return make("li", {}, make("code", {}, code), " ", make("span", { class: "kind" }, example?.summary),
        showExample(example && JSON.stringify(example.value, null, 2)));
    })),
    make("details", { class: "inner" }, make("summary", {}, "Fields of a problem"), schemas.fields(media.schema)),
  ];
}

function showResponse(schemas, status, response, root) {
  const { "application/problem+json": problem, ...others } = response.content ?? {};
  const headers = Object.entries(response.headers ?? {}).map(([name, header]) =>
    make("li", {}, make("code", {}, name), " ", make("span", { class: "kind" }, rich(schemas.resolve(header).description))));
  const kind = status < "400" ? "" : status < "500" ? "refused" : "failed";
  return make("details", { class: "response" },
    make("summary", {}, make("span", { class: `status ${kind}` }, status), make("span", {}, rich(response.description))),
    make("div", {}, showMedia(schemas, others), problem && showCodes(schemas, response, root),
      headers.length > 0 && [make("h3", {}, "Headers"), make("ul", { class: "fields" }, headers)]));
}

/** The call as one would type it. */
function writeCall(schemas, method, path, operation) {
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = [`curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}${quote(decodeURI(new URL(`.${path}`, document.baseURI).href))}`];
  if (operation.security?.length) lines.push('-H "Authorization: Bearer $TOKEN"');
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === "header" && parameter.required) lines.push(`-H ${quote(`${parameter.name}: ${parameter.schema.examples?.[0] ?? ""}`)}`);
  }
  for (const [kind, media] of Object.entries(operation.requestBody?.content ?? {})) {
    const example = schemas.example(media) ?? "";
    const body = kind.endsWith("json") ? JSON.stringify(JSON.parse(example)) : example;
    lines.push(`-H ${quote(`Content-Type: ${kind}`)}`, `--data-binary ${quote(body)}`);
  }
  return lines.join(" \\\n  ");
}

function showCall(text) {
  const button = make("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    button.textContent = copied ? "Copied" : "Select it";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return [make("h3", {}, "Call"), make("div", { class: "call" }, make("pre", { tabindex: "0" }, text), button)];
}

/** Who may ask, from the codes that others are answered with. */
function whoMayAsk(operation) {
  if (!operation.security?.length) return "everybody";
  return codesOf(operation.responses["403"] ?? {}).includes("not_administrator") ? "administrators" : "signed in";
}

function showOperation(schemas, root, { method, path, operation }) {
  const card = make("details", { class: "operation", id: operation.operationId },
    make("summary", {},
      make("span", { class: `method ${method}` }, method.toUpperCase()), make("span", { class: "path" }, path),
      make("span", { class: "title" }, operation.summary), make("span", { class: "who" }, whoMayAsk(operation))));
  // Filled when it is opened first: all of them at once would be thousands of elements.
  card.addEventListener("toggle", () => {
    if (!card.open || card.children.length > 1) return;
    const body = operation.requestBody;
    card.append(make("div", {},
      make("p", {}, rich(operation.description)),
      operation.parameters?.length && showParameters(schemas, operation.parameters),
      body && [make("h3", {}, body.required ? "Body" : "Body, which may be left out"), body.description && make("p", {}, rich(body.description)), showMedia(schemas, body.content)],
      make("h3", {}, "Answers"),
      Object.entries(operation.responses).map(([status, response]) => showResponse(schemas, status, response, root)),
      showCall(writeCall(schemas, method, path, operation))));
  });
  return card;
}

function collect(root) {
  const order = ["get", "post", "put", "delete"];
  const all = Object.entries(root.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ method, path, operation })));
  all.sort((one, other) => one.path.localeCompare(other.path) || order.indexOf(one.method) - order.indexOf(other.method));
  return all.map((one) => ({ ...one, text: [one.method, one.path, one.operation.summary, one.operation.description,
    ...Object.values(one.operation.responses).flatMap(codesOf)].join(" ").toLowerCase() }));
}

function open(id, isFocused) {
  const card = id ? byId(id) : null;
  if (!card?.classList.contains("operation")) return;
  card.open = true;
  card.scrollIntoView({ block: "start" });
  if (isFocused) card.querySelector("summary").focus({ preventScroll: true });
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${id}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function show(root) {
  const [schemas, operations] = [new Schemas(root), collect(root)];
  const all = make("button", { type: "button" }, "Open all");
  const introduction = make("header", {}, make("div", {}, make("h1", {}, root.info.title), root.info.description.split("\n\n").map((text) => make("p", {}, rich(text)))), all);
  const groups = root.tags.map((tag) => {
    const own = operations.filter((one) => one.operation.tags.includes(tag.name));
    for (const one of own) {
      one.card = showOperation(schemas, root, one);
      one.link = make("li", {}, make("a", { href: `#${one.operation.operationId}`, title: `${one.method.toUpperCase()} ${one.path}` },
        make("span", { class: `method ${one.method}` }, one.method.toUpperCase()), make("span", {}, one.operation.summary)));
    }
    const section = make("section", {}, make("h2", {}, tag.name), make("p", {}, rich(tag.description)), own.map((one) => one.card));
    const part = make("div", {}, make("h2", {}, tag.name), make("ul", {}, own.map((one) => one.link)));
    return { own, section, part };
  });
  byId("version").textContent = `API ${root.info.version} · OpenAPI ${root.openapi}`;
  byId("index").replaceChildren(...groups.map((group) => group.part));
  byId("main").replaceChildren(introduction, ...groups.map((group) => group.section));
  all.addEventListener("click", () => {
    const isOpening = all.textContent === "Open all";
    for (const { card } of operations) card.open = isOpening;
    all.textContent = isOpening ? "Close all" : "Open all";
  });
  listen(operations, groups);
  open(decodeURIComponent(location.hash.slice(1)), false);
}

function listen(operations, groups) {
  const search = byId("search");
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of operations) {
      one.card.hidden = one.link.hidden = !words.every((word) => one.text.includes(word));
    }
    for (const { own, section, part } of groups) section.hidden = part.hidden = own.every((one) => one.card.hidden);
    byId("found").textContent = `${operations.filter((one) => !one.card.hidden).length} operations`;
  });
  search.addEventListener("keydown", (event) => {
    const first = operations.find((one) => !one.card.hidden);
    if (event.key === "Enter" && first) open(first.operation.operationId, true);
    if (event.key === "Escape") { search.value = ""; search.dispatchEvent(new Event("input")); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    search.focus();
  });
  window.addEventListener("hashchange", () => open(decodeURIComponent(location.hash.slice(1)), true));
}

function chooseTheme() {
  const select = byId("theme");
  const use = (theme) => { document.documentElement.dataset.theme = theme; select.value = theme; };
  // Where nothing may be kept, the choice lasts as long as the page.
  try { use(localStorage.getItem("theme") ?? ""); } catch { use(""); }
  select.addEventListener("change", () => {
    use(select.value);
    try { localStorage.setItem("theme", select.value); } catch { /* see above */ }
  });
}

chooseTheme();
try {
  const answer = await fetch("openapi.json", { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`The gateway answered ${answer.status}.`);
  show(await answer.json());
} catch (error) {
  byId("main").replaceChildren(make("p", { role: "alert" }, `The document cannot be shown. ${error.message}`));
}
