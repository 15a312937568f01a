#include <algorithm>
#include <boost/beast/http/rfc7230.hpp>

#include "http/api/endpoints.hpp"
#include "http/problem.hpp"
#include "http/web_assets.hpp"

namespace jobcast::http {
namespace {

/// Nothing from elsewhere, no inline script; uploads and streams go to our own origin.
constexpr std::string_view content_security_policy =
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const WebAsset* find_asset(std::string_view path) {
  const auto assets = web_assets();
  const auto found = std::ranges::find_if(
      assets, [path](const WebAsset& asset) { return asset.path == path || page_address(asset.path) == path; });
  return found == assets.end() ? nullptr : &*found;
}

std::string_view text_of(std::span<const unsigned char> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Whether Accept-Encoding lists the coding with a weight above 0 (RFC 9110, section 12.5.3).
bool accepts_encoding(const Request& request, std::string_view coding) {
  for (const auto& element : boost::beast::http::ext_list(request.header(boost::beast::http::field::accept_encoding))) {
    if (element.first != coding) continue;
    return std::none_of(element.second.begin(), element.second.end(), [](const auto& parameter) {
      return parameter.first == "q" && parameter.second.find_first_not_of("0.") == std::string_view::npos;
    });
  }
  return false;
}

}  // namespace

Task<Response> get_page(Exchange& exchange) {
  const auto& request = exchange.request;
  const auto* asset = find_asset(request.target.path());
  if (asset == nullptr) co_return problem(404, "not_found", "there is nothing at " + request.target.path());

  Response response;
  response.content_type = asset->content_type;
  response.cache_control = asset->immutable ? "public, max-age=31536000, immutable" : "no-cache";
  response.headers.emplace_back("Vary", "Accept-Encoding");
  response.static_body = text_of(asset->identity);
  std::string_view coding;
  if (!asset->brotli.empty() && accepts_encoding(request, "br")) {
    coding = "br";
    response.static_body = text_of(asset->brotli);
  } else if (!asset->gzip.empty() && accepts_encoding(request, "gzip")) {
    coding = "gzip";
    response.static_body = text_of(asset->gzip);
  }
  response.etag = '"' + std::string(asset->etag_hash);
  if (!coding.empty()) {
    response.headers.emplace_back("Content-Encoding", std::string(coding));
    response.etag += '-';
    response.etag += coding;
  }
  response.etag += '"';
  if (asset->content_type.starts_with("text/html")) {
    response.headers.emplace_back("Content-Security-Policy", std::string(content_security_policy));
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
  }
  co_return response;
}

}  // namespace jobcast::http
