#include <cstdio>
#include <exception>

#include "app/app.hpp"
#include "app/arguments.hpp"

int main(int argc, char** argv) {
  using namespace jobcast;
  const auto leave = [](const Exit& exit) {
    std::fputs(exit.text.c_str(), exit.code == 0 ? stdout : stderr);
    return exit.code;
  };
  try {
    const auto arguments = parse_arguments(argc, argv);
    if (const auto* exit = std::get_if<Exit>(&arguments)) return leave(*exit);
    const auto config = load_config(std::get<Arguments>(arguments));
    if (const auto* exit = std::get_if<Exit>(&config)) return leave(*exit);
    if (std::get<Arguments>(arguments).check_config) return leave({0, "the configuration is good\n"});
    return run_app(std::get<Config>(config));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "jobcastd: %s\n", error.what());
    return 1;
  }
}
