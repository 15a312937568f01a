#pragma once

#include <span>
#include <string_view>

namespace jobcast::http {

/// One file of the web pages, compiled into the program. Everything it refers to lives as long as the program.
struct WebAsset {
  /// As in a URL: "/index.html", "/assets/index-B2k1.js".
  std::string_view path;
  /// As for the Content-Type field.
  std::string_view content_type;
  /// The first 32 hexadecimal digits of the SHA-256 of `identity`; the encoded bodies need an ETag of their own.
  std::string_view etag_hash;
  /// The name carries a hash of the content, so what it names never changes.
  bool immutable;
  std::span<const unsigned char> identity;
  /// Empty where compression was not worth it.
  std::span<const unsigned char> gzip;
  std::span<const unsigned char> brotli;
};

/// All of them, in ascending order of `path`. The code is made at build time by config/cmake/EmbedWebAssets.cmake.
std::span<const WebAsset> web_assets();

/// Where a page is found besides its own path: "/" for "/index.html", "/admin/sse-demo" for "/admin/sse-demo.html".
/// Empty for what is no page.
constexpr std::string_view page_address(std::string_view path) {
  constexpr std::string_view extension = ".html";
  constexpr std::string_view index = "/index.html";
  if (path.ends_with(index)) return path.size() == index.size() ? "/" : path.substr(0, path.size() - index.size());
  return path.ends_with(extension) ? path.substr(0, path.size() - extension.size()) : std::string_view();
}

}  // namespace jobcast::http
