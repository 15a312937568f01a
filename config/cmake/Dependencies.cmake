# Libraries from the system's packages (config/packages.txt names them).

set(CMAKE_THREAD_PREFER_PTHREAD ON)
find_package(Threads REQUIRED)
find_package(Boost 1.81.0 EXACT CONFIG REQUIRED COMPONENTS url)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(PkgConfig REQUIRED)
pkg_check_modules(gumbo REQUIRED IMPORTED_TARGET gumbo)
pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
find_library(MAGIC_LIBRARY magic REQUIRED)
find_path(TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
find_path(CLI11_INCLUDE CLI/CLI.hpp REQUIRED)

# Asio's and Beast's code is compiled once (src/base/asio_impl.cpp, src/http/beast_impl.cpp), not in every
# file that includes them.
add_library(jobcast_asio INTERFACE)
target_link_libraries(jobcast_asio INTERFACE Boost::boost Threads::Threads)
target_compile_definitions(jobcast_asio INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_DISABLE_BOOST_COROUTINE JOBCAST_VERSION="${PROJECT_VERSION}")
