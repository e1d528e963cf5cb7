// How schemas, examples and texts of the document are shown. Everything is made of text nodes: nothing that the
// document holds is ever read as HTML.

/** An element with these attributes and children; what is null or false is left out. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat(9).filter((child) => child != null && child !== false));
  return element;
}

/** A text with `code` in it. */
export function rich(text = "") {
  return text.split("`").map((part, place) => (place % 2 ? make("code", {}, part) : part));
}

/** Shows the schemas of one document. */
export class Schemas {
  constructor(root) {
    this.root = root;
  }

  /** What a reference leads to; anything else is itself. */
  resolve(value) {
    let found = value;
    for (let steps = 0; found?.$ref && steps < 8; steps += 1) {
      found = found.$ref.slice(2).split("/").reduce((inner, name) => inner?.[name], this.root);
    }
    return found ?? {};
  }

  /** The schema without references and with the parts of `allOf` put together. */
  flatten(schema) {
    const own = this.resolve(schema);
    if (!own.allOf) return own;
    const whole = { ...own, properties: { ...own.properties }, required: [...(own.required ?? [])] };
    delete whole.allOf;
    for (const part of own.allOf.map((one) => this.flatten(one))) {
      for (const [name, property] of Object.entries(part.properties ?? {})) {
        whole.properties[name] = { ...this.resolve(whole.properties[name] ?? {}), ...this.resolve(property) };
      }
      whole.required.push(...(part.required ?? []));
      whole.type ??= part.type;
      whole.example ??= part.example;
    }
    return whole;
  }

  /** Null taken away, and whether it was there. */
  withoutNull(schema) {
    const own = this.flatten(schema);
    const choices = own.oneOf ?? own.anyOf;
    const rest = choices?.filter((one) => one.type !== "null");
    if (choices && rest.length === 1 && rest.length < choices.length) {
      const other = this.flatten(rest[0]);
      return [{ ...other, description: own.description ?? other.description }, true];
    }
    if (Array.isArray(own.type) && own.type.includes("null")) {
      return [{ ...own, type: own.type.filter((one) => one !== "null").join(" or ") }, true];
    }
    return [own, false];
  }

  /** The type and the limits in a few words. */
  describe(schema) {
    const [own, isNullable] = this.withoutNull(schema);
    if (own.const !== undefined) return `always ${JSON.stringify(own.const)}`;
    const items = own.items && this.withoutNull(own.items)[0];
    const words = [own.type === "array" ? `list of ${items?.type === "object" ? "objects" : items?.format ?? items?.type ?? "values"}` : own.type ?? "any value"];
    if (own.format) words.push(own.format);
    const range = (least, most, unit) => {
      if (least != null && most != null) words.push(`${least} to ${most}${unit}`);
      else if (most != null) words.push(`at most ${most}${unit}`);
      else if (least != null) words.push(`at least ${least}${unit}`);
    };
    range(own.minLength, own.maxLength, " characters");
    range(own.minItems, own.maxItems, " entries");
    range(own.minimum, own.maximum, "");
    if (own.default !== undefined) words.push(`${JSON.stringify(own.default)} if left out`);
    if (isNullable) words.push("or null");
    return words.join(", ");
  }

  /** The words that a value may be. */
  choices(schema) {
    const [own] = this.withoutNull(schema);
    if (!own.enum) return null;
    return make("p", { class: "kind" }, own.enum.flatMap((word, place) => [place ? ", " : "", make("code", {}, String(word))]));
  }

  /** An object's fields as a list; what is inside a field unfolds. */
  fields(schema, seen = []) {
    const [own] = this.withoutNull(schema);
    if (own.type === "array" && own.items) return this.fields(own.items, seen);
    const variants = own.oneOf ?? own.anyOf;
    if (!own.properties && variants) {
      return make("div", {}, variants.map((one) => this.fields(one, seen)).filter(Boolean));
    }
    if (!own.properties) return null;
    const rows = Object.entries(own.properties).map(([name, property]) => {
      const [inner] = this.withoutNull(property);
      const target = inner.items ? this.withoutNull(inner.items)[0] : inner;
      const nested = target.properties && !seen.includes(target.properties) ? this.fields(target, [...seen, target.properties]) : null;
      const free = typeof inner.additionalProperties === "object" ? this.fields(inner.additionalProperties, seen) : null;
      return make("li", {},
        make("code", {}, name), " ",
        make("span", { class: "kind" }, this.describe(property)), " ",
        own.required?.includes(name) && make("span", { class: "needed" }, "required"),
        (property.description ?? inner.description) && make("p", {}, rich(property.description ?? inner.description)),
        this.choices(property),
        (nested ?? free) && make("details", { class: "inner" }, make("summary", {}, free ? "What each holds" : "Its fields"), nested ?? free));
    });
    return make("ul", { class: "fields" }, rows);
  }

  /** The example of a body, as text. */
  example(media) {
    const first = Object.values(media.examples ?? {})[0];
    const [own] = this.withoutNull(media.schema ?? {});
    const variant = (own.oneOf ?? own.anyOf ?? []).map((one) => this.flatten(one).example).find((one) => one !== undefined);
    const value = media.example ?? this.resolve(first ?? {}).value ?? own.example ?? variant;
    if (value === undefined) return null;
    return typeof value === "string" ? value : JSON.stringify(value, null, 2);
  }
}
