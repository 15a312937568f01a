# cmake -DDIST= -DOUT= -P EmbedWebAssets.cmake
#
# Writes OUT/web_assets.S, which takes in each file of DIST byte by byte, and OUT/web_assets.cpp, the table of them
# (src/http/web_assets.hpp). FILE.gz and FILE.br are FILE's compressed bodies, not files of their own.

cmake_minimum_required(VERSION 3.25)

set(type_of_html "text/html; charset=utf-8")
set(type_of_css "text/css; charset=utf-8")
set(type_of_txt "text/plain; charset=utf-8")
set(type_of_js "text/javascript; charset=utf-8")
set(type_of_json "application/json")
set(type_of_map "application/json")
set(type_of_webmanifest "application/manifest+json")
set(type_of_svg "image/svg+xml")
set(type_of_png "image/png")
set(type_of_jpg "image/jpeg")
set(type_of_webp "image/webp")
set(type_of_ico "image/x-icon")
set(type_of_woff2 "font/woff2")

set(symbols 0)

# Adds the bytes of `path` to the assembler text; the C++ expression for them goes to `out`.
macro(embed out path)
  file(SIZE "${path}" bytes)
  if(bytes EQUAL 0)
    set(${out} "{}")
  else()
    set(symbol "jobcast_web_asset_${symbols}")
    math(EXPR symbols "${symbols} + 1")
    file(SHA256 "${path}" hash)
    string(APPEND assembly "\n/* ${hash} */\n.global ${symbol}\n.balign 16\n${symbol}:\n.incbin \"${path}\"\n")
    string(APPEND declarations "extern const unsigned char ${symbol}[${bytes}];\n")
    set(${out} "${symbol}")
  endif()
endmacro()

file(GLOB_RECURSE files RELATIVE "${DIST}" LIST_DIRECTORIES false "${DIST}/*")
list(FILTER files EXCLUDE REGEX "\\.(gz|br)$")
list(SORT files COMPARE STRING)
list(LENGTH files count)
if(count EQUAL 0)
  message(FATAL_ERROR "There is nothing to embed in ${DIST}")
endif()

set(assembly "/* Made by EmbedWebAssets.cmake. */\n.section .rodata\n")
set(declarations "")
set(rows "")
foreach(file IN LISTS files)
  embed(identity "${DIST}/${file}")
  foreach(encoding gz br)
    set(${encoding} "{}")
    if(EXISTS "${DIST}/${file}.${encoding}")
      embed(${encoding} "${DIST}/${file}.${encoding}")
    endif()
  endforeach()
  file(SHA256 "${DIST}/${file}" hash)
  string(SUBSTRING "${hash}" 0 32 hash)
  string(REGEX REPLACE "^.*\\." "" extension "${file}")
  set(type "application/octet-stream")
  if(DEFINED type_of_${extension})
    set(type "${type_of_${extension}}")
  endif()
  set(immutable false)
  if(file MATCHES "^assets/.*-[A-Za-z0-9_-]+\\.[a-z0-9]+$")
    set(immutable true)
  endif()
  string(APPEND rows "    WebAsset{\"/${file}\", \"${type}\", \"${hash}\", ${immutable}, ${identity}, ${gz}, ${br}},\n")
endforeach()

string(APPEND assembly "\n.section .note.GNU-stack, \"\", %progbits\n")
file(WRITE "${OUT}/web_assets.S" "${assembly}")
file(WRITE "${OUT}/web_assets.cpp" "// Made by EmbedWebAssets.cmake.
#include \"http/web_assets.hpp\"

#include <array>

extern \"C\" {
${declarations}}

namespace jobcast::http {

std::span<const WebAsset> web_assets() {
  static constexpr std::array<WebAsset, ${count}> table{{
${rows}  }};
  return table;
}

}  // namespace jobcast::http
")
