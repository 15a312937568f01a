#include "fan_out_targets.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "http_client.hpp"
#include "subscribers.hpp"

namespace jobcast::bench {
namespace {

/// The frame with another mark in all of its places.
std::string with_mark(std::string frame, const std::string& mark) {
  for (auto at = frame.find("sent-at-"); at != std::string::npos; at = frame.find("sent-at-", at + 1)) {
    frame.replace(at, mark.size(), mark);
  }
  return frame;
}

}  // namespace

std::string make_running_job(const RunningServer& server, const std::string& filename) {
  HttpClient client(server.port);
  const auto created =
      client.ask(make_request("POST", "/api/jobs", R"({"filename":")" + filename + R"(","kind":"external"})"));
  const std::string path(header_value(created, "Location"));
  client.ask(make_request("PATCH", path, R"({"status":"processing"})"));
  return path;
}

std::string job_id_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string report_of(const std::string& path, const std::string& mark) {
  return make_request("PATCH", path, R"({"message":")" + mark + "\"}");
}

Target jobcast_target() {
  Target target;
  target.server = start_jobcastd("[work]\nprogress_per_second = 0\n", {"--threads", "1"});
  const auto job = make_running_job(target.server, "bench.txt");
  target.subscribe = make_request("GET", "/api/sse?id=" + job_id_of(job));
  target.publish = [job](const std::string& mark) { return report_of(job, mark); };
  return target;
}

std::string sample_frame(const Target& jobcast) {
  HttpClient subscriber(jobcast.server.port);
  HttpClient publisher(jobcast.server.port);
  subscriber.send(jobcast.subscribe);
  while (subscriber.received().find("event: status") == std::string::npos) subscriber.receive();
  subscriber.received().clear();
  const auto mark = make_mark();
  publisher.ask(jobcast.publish(mark));
  while (!subscriber.received().ends_with("\n\n\r\n") || subscriber.received().find(mark) == std::string::npos) {
    subscriber.receive();
  }
  return subscriber.received();
}

Target bare_target(const std::string& frame) {
  Target target;
  target.server.program = std::make_unique<ChildProgram>(std::vector<std::string>{BARE_FAN_OUT_PROGRAM});
  const auto line = target.server.program->read_line();
  target.server.port = static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
  target.subscribe = make_request("GET", "/");
  target.publish = [frame](const std::string& mark) { return make_request("POST", "/", with_mark(frame, mark)); };
  return target;
}

Target nchan_target(const std::string& frame) {
  Target target;
  target.server = start_nchan();
  target.subscribe = "GET /subscribe HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
  // nchan writes `id:` and `data:` itself: of our frame, the JSON behind `data: `.
  const auto data = frame.find("data: ") + 6;
  const auto json = frame.substr(data, frame.find('\n', data) - data);
  target.publish = [json](const std::string& mark) { return make_request("POST", "/publish", with_mark(json, mark)); };
  return target;
}

}  // namespace jobcast::bench
