// Reads an AsyncAPI document on standard input, and prints what the parser found as JSON.
const { readFileSync } = require("node:fs");
const { Parser } = require("@asyncapi/parser");

const described = (channel, message) => ({
  channel: channel.address(),
  content: message.contentType(),
  examples: message.examples().all().length,
  key: message.bindings().get("kafka").value().key.format,
  required: message.headers().required(),
});

const named = (channels) =>
  Object.fromEntries(
    channels.flatMap((channel) =>
      channel.messages().all().map((one) => [one.name(), described(channel, one)]),
    ),
  );

(async () => {
  const { document, diagnostics } = await new Parser().parse(readFileSync(0, "utf8"));
  const found = document && {
    messages: named(document.channels().all()),
    servers: document.allServers().all().map((one) => one.protocol()),
  };
  console.log(JSON.stringify({ ...found, said: diagnostics.map(({ code, path }) => [code, ...path]) }));
})();
