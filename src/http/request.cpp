#include "http/request.hpp"

#include <algorithm>
#include <boost/algorithm/string/erase.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/pchars.hpp>
#include <boost/url/url_view.hpp>

#include "base/text.hpp"

namespace jobcast::http {
namespace beast_http = boost::beast::http;
namespace urls = boost::urls;
namespace {

/// What may stand in a target unencoded, and '%', which begins what is encoded already.
constexpr bool may_stand(char c) {
  return c == '%' || c == '/' || c == '?' || urls::pchars(static_cast<unsigned char>(c));
}

/// The target with every other byte percent-encoded. (Boost's encode() would encode the '%' again.)
std::string encode_the_rest(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (may_stand(c)) {
      encoded += c;
      continue;
    }
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return encoded;
}

Error malformed(std::string_view what) {
  return {errc::invalid_parameter, "the request target has " + std::string(what)};
}

std::string decode(urls::pct_string_view text, bool plus_is_space) {
  const std::string_view encoded(text.data(), text.size());
  if (encoded.find_first_of(plus_is_space ? "%+" : "%") == std::string_view::npos) return std::string(encoded);
  urls::encoding_opts options;
  options.space_as_plus = plus_is_space;
  return text.decode(options);
}

/// The type of a media range or a Content-Type value, without parameters and the white space around it.
std::string_view bare_type(std::string_view text) {
  text = text.substr(0, text.find(';'));
  constexpr std::string_view white_space = " \t\n\v\f\r";
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

/// Of the letters of ASCII.
void make_lower(std::string& text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
}

/// Whether a media range carries `q=0`: "not this one" (RFC 9110, section 12.4.2).
bool has_zero_weight(std::string_view range) {
  std::string text(range);
  boost::erase_all(text, " ");
  make_lower(text);
  const auto weight = text.find(";q=0");
  return weight != std::string::npos && text.find_first_of("123456789", weight + 4) == std::string::npos;
}

}  // namespace

result<Target> Target::parse(std::string_view text) {
  // The absolute form is for proxies, but must be taken (RFC 9112, section 3.2.2).
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!boost::beast::iequals(text.substr(0, scheme.size()), scheme)) continue;
    const auto path = text.find('/', scheme.size());
    text = path == std::string_view::npos ? std::string_view("/") : text.substr(path);
  }
  if (text.empty() || text[0] != '/') return malformed("no path");
  std::string encoded;
  if (!std::all_of(text.begin(), text.end(), may_stand)) {
    encoded = encode_the_rest(text);
    text = encoded;
  }
  const auto parsed = urls::parse_origin_form(text);
  if (!parsed) return malformed("a malformed percent sequence");

  Target target;
  target.path_ = std::string(parsed->encoded_path());
  target.segments_.reserve(parsed->encoded_segments().size());
  for (const auto segment : parsed->encoded_segments()) target.segments_.push_back(decode(segment, false));
  target.parameters_.reserve(parsed->encoded_params().size());
  for (const auto parameter : parsed->encoded_params()) {
    target.parameters_.emplace_back(decode(parameter.key, true), decode(parameter.value, true));
    const auto& [name, value] = target.parameters_.back();
    if (!is_valid_utf8(name) || !is_valid_utf8(value)) return malformed("text that is not UTF-8");
  }
  return target;
}

std::optional<std::string_view> Target::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters_) {
    if (key == name) return value;
  }
  return {};
}

std::vector<std::string_view> Target::parameters(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : parameters_) {
    if (key == name) values.emplace_back(value);
  }
  return values;
}

std::string_view Request::header(beast_http::field name) const {
  const auto found = fields->find(name);
  return found == fields->end() ? std::string_view() : std::string_view(found->value());
}

std::string_view Request::header(std::string_view name) const {
  const auto found = fields->find(name);
  return found == fields->end() ? std::string_view() : std::string_view(found->value());
}

bool Request::is_read() const {
  return method == beast_http::verb::get || method == beast_http::verb::head;
}

bool Request::is_head() const {
  return method == beast_http::verb::head;
}

bool Request::accepts(std::string_view media_type) const {
  auto rest = header(beast_http::field::accept);
  while (!rest.empty()) {
    const auto range = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(range.size() + 1, rest.size()));
    if (boost::beast::iequals(bare_type(range), media_type)) return !has_zero_weight(range);
  }
  return false;
}

std::string media_type_of(std::string_view content_type) {
  std::string type(bare_type(content_type));
  make_lower(type);
  return type;
}

}  // namespace jobcast::http
