import Handlebars from "handlebars";

export const work = () =>
  Handlebars.compile("{{#each names}}{{#if @index}} {{../and}} {{/if}}{{this}}{{/each}}")({
    names: ["Ada", "Alan"],
    and: "&",
  });

export const fail = () => Handlebars.compile("{{#if")({});
