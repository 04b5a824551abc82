// Reads Kafka messages on standard input, and prints what the CloudEvents SDK makes of them.
const { readFileSync } = require("node:fs");
const { Kafka } = require("cloudevents");

const read = ({ key, headers, value }) => {
  const event = Kafka.toEvent({ key, headers, value: Buffer.from(value) });
  event.validate();
  return event;
};
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
