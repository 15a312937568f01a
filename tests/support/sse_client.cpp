#include "support/sse_client.hpp"

#include <algorithm>
#include <stdexcept>

namespace jobcast {

std::optional<SseEvent> SseParser::next() {
  const auto end = buffer_.find("\n\n");
  if (end == std::string::npos) return {};
  SseEvent event;
  std::string_view lines = std::string_view(buffer_).substr(0, end);
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) throw std::runtime_error("no field: " + std::string(line));
    const std::string name(line.substr(0, colon));
    const std::string value(line.substr(colon + 2));
    if (name == "event") {
      event.name = value;
    } else if (name == "data") {
      event.data += value;
    } else if (name == "id") {
      event.id = std::stoll(value);
    } else if (name == "retry") {
      event.retry_ms = std::stoll(value);
    } else {
      throw std::runtime_error("unknown field: " + name);
    }
  }
  buffer_.erase(0, end + 2);
  return event;
}

SseClient::SseClient(std::uint16_t port, std::string_view target, const Options& options)
    : socket_(port, options.receive_bytes) {
  std::string request = "GET ";
  request.append(target).append(options.http_1_0 ? " HTTP/1.0" : " HTTP/1.1");
  request += "\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n";
  if (options.last_event_id) request += "Last-Event-ID: " + std::to_string(*options.last_event_id) + "\r\n";
  for (const auto& [name, value] : options.headers) request += name + ": " + value + "\r\n";
  socket_.send(request + "\r\n");
  std::size_t end = 0;
  while ((end = raw_.find("\r\n\r\n")) == std::string::npos) {
    const auto more = socket_.receive();
    if (more.empty()) throw std::runtime_error("the server closed before the stream's head");
    raw_ += more;
  }
  response_ = parse_response_head(std::string_view(raw_).substr(0, end));
  raw_.erase(0, end + 4);
  chunked_ = response_.header("Transfer-Encoding") == "chunked";
  take_chunks();
}

void SseClient::take_chunks() {
  if (!chunked_) {
    parser_.feed(raw_);
    raw_.clear();
    return;
  }
  while (!ended_well_) {
    const auto line_end = raw_.find("\r\n");
    if (line_end == std::string::npos) return;
    const auto size = std::stoul(raw_.substr(0, line_end), nullptr, 16);
    if (raw_.size() < line_end + 2 + size + 2) return;
    if (raw_.compare(line_end + 2 + size, 2, "\r\n") != 0) throw std::runtime_error("a chunk does not end");
    parser_.feed(std::string_view(raw_).substr(line_end + 2, size));
    raw_.erase(0, line_end + 2 + size + 2);
    ended_well_ = size == 0;
  }
  at_end_ = true;
}

bool SseClient::read_more() {
  if (at_end_) return false;
  const auto more = socket_.receive();
  if (more.empty()) {
    at_end_ = true;
    ended_well_ = !chunked_;
    return false;
  }
  raw_ += more;
  take_chunks();
  return true;
}

std::optional<SseEvent> SseClient::next_of_any_name() {
  while (true) {
    if (auto event = parser_.next()) {
      if (event->id) last_id_ = std::max(last_id_, *event->id);
      return event;
    }
    if (!read_more()) return {};
  }
}

std::optional<SseEvent> SseClient::next() {
  while (auto event = next_of_any_name()) {
    if (event->name != "heartbeat" && event->name != "queue") return event;
  }
  return {};
}

SseEvent SseClient::next(std::string_view name) {
  while (auto event = next_of_any_name()) {
    if (event->name == name) return *event;
  }
  throw std::runtime_error("the stream ended before an event " + std::string(name));
}

std::vector<SseEvent> SseClient::rest() {
  std::vector<SseEvent> events;
  while (auto event = next()) events.push_back(std::move(*event));
  return events;
}

}  // namespace jobcast
