# Build type, warnings, sanitizers: what holds for every target of ours.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

set(JOBCAST_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
set(JOBCAST_FUZZ OFF CACHE BOOL "Build the fuzzers (clang only)")

# Carried by every target of ours, and by none of a library's.
add_library(jobcast_options INTERFACE)
target_compile_options(jobcast_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these inside the standard library's and Boost's own inlined code (GCC bugs 105329, 105562).
  target_compile_options(jobcast_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow
    -Wno-array-bounds -Wno-stringop-overread -Wno-dangling-reference -Wno-mismatched-new-delete
    -Wno-free-nonheap-object)
endif()
if(JOBCAST_SANITIZE)
  target_compile_options(jobcast_options INTERFACE -fsanitize=${JOBCAST_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(jobcast_options INTERFACE -fsanitize=${JOBCAST_SANITIZE})
endif()
if(JOBCAST_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Asio has fences that GCC's thread sanitizer does not follow; it says so for each.
  target_compile_options(jobcast_options INTERFACE -Wno-tsan)
endif()
if(JOBCAST_FUZZ)
  # GCC is the compiler whose warnings count; clang has others.
  target_compile_options(jobcast_options INTERFACE -fsanitize=fuzzer-no-link -Wno-error -Wno-unknown-warning-option)
endif()
