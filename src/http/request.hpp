#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jobcast/error.hpp"

namespace jobcast::http {

/// A request target's path and query, decoded.
class Target {
 public:
  /// Reads the origin form (RFC 9112, section 3.2.1). Bytes that should have been percent-encoded are taken as
  /// they are: people type them. Errors: invalid_parameter (a bad percent sequence, no UTF-8).
  static result<Target> parse(std::string_view text);

  /// Segments of the path, decoded; "/" has none.
  [[nodiscard]] const std::vector<std::string>& segments() const { return segments_; }

  /// The path as it came, without the query.
  [[nodiscard]] const std::string& path() const { return path_; }

  /// The first parameter of that name.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;

  /// All parameters of that name, in order.
  [[nodiscard]] std::vector<std::string_view> parameters(std::string_view name) const;

 private:
  std::string path_;
  std::vector<std::string> segments_;
  std::vector<std::pair<std::string, std::string>> parameters_;
};

using Fields = boost::beast::http::fields;

/// A request's head, as handlers see it. Valid while its session handles the request.
struct Request {
  boost::beast::http::verb method = boost::beast::http::verb::unknown;
  std::string_view method_text;
  Target target;
  const Fields* fields = nullptr;
  boost::asio::ip::address peer;
  bool http_1_0 = false;

  /// A header's value, empty where there is none.
  [[nodiscard]] std::string_view header(boost::beast::http::field name) const;
  [[nodiscard]] std::string_view header(std::string_view name) const;

  [[nodiscard]] bool is_read() const;  ///< GET or HEAD
  [[nodiscard]] bool is_head() const;

  /// `Accept` lists the media type by its full name, with a weight above 0.
  [[nodiscard]] bool accepts(std::string_view media_type) const;
};

/// The media type of a Content-Type value, lower case, without parameters.
std::string media_type_of(std::string_view content_type);

}  // namespace jobcast::http
