#include "http/multipart.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "jobcast/limits.hpp"

namespace jobcast::http {
namespace {

constexpr std::size_t max_boundary_bytes = 70;  // RFC 2046, section 5.1.1

/// Takes the next `name=value` of a header's parameters off the front. Values may be quoted; in quotes only \" is
/// an escape: browsers send other backslashes as they stand (WHATWG HTML, "multipart/form-data").
struct Parameter {
  std::string_view name;
  std::string value;
};

void skip_blank(std::string_view& text) {
  while (!text.empty() && (text[0] == ' ' || text[0] == '\t' || text[0] == ';')) text.remove_prefix(1);
}

std::string take_quoted(std::string_view& text) {
  std::string value;
  text.remove_prefix(1);
  while (!text.empty() && text[0] != '"') {
    if (text.starts_with("\\\"")) text.remove_prefix(1);
    value += text[0];
    text.remove_prefix(1);
  }
  if (!text.empty()) text.remove_prefix(1);
  return value;
}

std::optional<Parameter> take_parameter(std::string_view& text) {
  skip_blank(text);
  const auto equals = text.find('=');
  if (text.empty() || equals == std::string_view::npos) return {};
  Parameter parameter;
  parameter.name = text.substr(0, equals);
  while (parameter.name.ends_with(' ')) parameter.name.remove_suffix(1);
  text.remove_prefix(equals + 1);
  if (text.starts_with('"')) {
    parameter.value = take_quoted(text);
  } else {
    const auto end = text.find_first_of("; \t");
    parameter.value = std::string(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  }
  return parameter;
}

/// Browsers write these three, and only these, of a name in percent form.
std::string unescape_name(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto code = text.substr(i, 3);
    const char meant = code == "%22"                        ? '"'
                       : boost::beast::iequals(code, "%0D") ? '\r'
                       : boost::beast::iequals(code, "%0A") ? '\n'
                                                            : 0;
    out += meant == 0 ? text[i] : meant;
    if (meant != 0) i += 2;
  }
  return out;
}

/// The name and the filename from a Content-Disposition value; nothing where it is not form-data with a name.
std::optional<PartHead> parse_disposition(std::string_view value) {
  const auto end = value.find(';');
  auto type = value.substr(0, end);
  while (type.ends_with(' ')) type.remove_suffix(1);
  if (!boost::beast::iequals(type, "form-data") || end == std::string_view::npos) return {};
  value.remove_prefix(end);
  PartHead head;
  bool named = false;
  while (const auto parameter = take_parameter(value)) {
    if (boost::beast::iequals(parameter->name, "name")) {
      head.name = unescape_name(parameter->value);
      named = true;
    } else if (boost::beast::iequals(parameter->name, "filename")) {
      head.filename = unescape_name(parameter->value);
    }
  }
  if (!named) return {};
  return head;
}

}  // namespace

std::optional<std::string> MultipartParser::boundary_of(std::string_view content_type) {
  auto parameters = content_type.substr(std::min(content_type.find(';'), content_type.size()));
  while (auto parameter = take_parameter(parameters)) {
    if (!boost::beast::iequals(parameter->name, "boundary")) continue;
    const auto& boundary = parameter->value;
    const bool allowed = !boundary.empty() && boundary.size() <= max_boundary_bytes && boundary.back() != ' ' &&
                         boundary.find_first_of("\r\n") == std::string::npos;
    if (allowed) return std::move(parameter->value);
    return {};
  }
  return {};
}

MultipartParser::MultipartParser(std::string_view boundary) : delimiter_("\r\n--") {
  delimiter_ += boundary;
  // The first boundary may stand at the very beginning: with a line end before it, it looks like all others.
  buffer_ = "\r\n";
}

void MultipartParser::feed(std::string_view bytes) {
  buffer_.erase(0, at_);
  at_ = 0;
  data_ = {};
  buffer_ += bytes;
}

MultipartParser::Step MultipartParser::fail(std::string_view fault) {
  state_ = State::malformed;
  fault_ = fault;
  return Step::malformed;
}

MultipartParser::Step MultipartParser::next() {
  switch (state_) {
    case State::preamble:
      return next_in_preamble();
    case State::after_boundary:
      return next_after_boundary();
    case State::part_head:
      return next_in_head();
    case State::part_data:
      return next_in_data();
    case State::finished:
      return Step::finished;
    case State::malformed:
      break;
  }
  return Step::malformed;
}

MultipartParser::Step MultipartParser::next_in_preamble() {
  const auto found = rest().find(delimiter_);
  if (found != std::string_view::npos) {
    at_ += found + delimiter_.size();
    state_ = State::after_boundary;
    return next_after_boundary();
  }
  // What can't be the beginning of the boundary is not needed again.
  const auto kept = delimiter_.size() - 1;
  if (rest().size() > kept) at_ = buffer_.size() - kept;
  return Step::need_more;
}

MultipartParser::Step MultipartParser::next_after_boundary() {
  auto line = rest();
  std::size_t padding = 0;  // white space may follow a boundary (RFC 2046, "transport-padding")
  while (padding < line.size() && (line[padding] == ' ' || line[padding] == '\t')) ++padding;
  if (padding > limits::multipart_header_bytes) return fail("a boundary line that does not end");
  line.remove_prefix(padding);
  if (line.size() < 2) return Step::need_more;
  if (line.starts_with("--")) {
    state_ = State::finished;
    return Step::finished;
  }
  if (!line.starts_with("\r\n")) return fail("a boundary that is followed by other text");
  at_ += padding;  // the line end stays: an empty head is then "\r\n\r\n", too
  state_ = State::part_head;
  return next_in_head();
}

MultipartParser::Step MultipartParser::next_in_head() {
  const auto text = rest();
  const auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (text.size() > limits::multipart_header_bytes) return fail("a part with too many header bytes");
    return Step::need_more;
  }
  if (end > limits::multipart_header_bytes) return fail("a part with too many header bytes");
  std::optional<PartHead> head;
  auto lines = text.substr(0, end);
  while (!lines.empty()) {
    lines.remove_prefix(2);
    const auto line = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(line.size());
    const auto colon = line.find(':');
    if (!boost::beast::iequals(line.substr(0, colon), "Content-Disposition") || colon == std::string_view::npos)
      continue;
    auto value = line.substr(colon + 1);
    while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
    head = parse_disposition(value);
  }
  if (!head) return fail("a part without a Content-Disposition of form-data with a name");
  head_ = std::move(*head);
  at_ += end + 4;
  state_ = State::part_data;
  return Step::part_begin;
}

MultipartParser::Step MultipartParser::next_in_data() {
  const auto text = rest();
  const auto found = text.find(delimiter_);
  if (found == 0) {
    at_ += delimiter_.size();
    state_ = State::after_boundary;
    return Step::part_end;
  }
  // The last bytes may be the beginning of the boundary.
  const auto kept = delimiter_.size() - 1;
  const auto size = found != std::string_view::npos ? found : (text.size() > kept ? text.size() - kept : 0);
  if (size == 0) return Step::need_more;
  data_ = text.substr(0, size);
  at_ += size;
  return Step::data;
}

}  // namespace jobcast::http
