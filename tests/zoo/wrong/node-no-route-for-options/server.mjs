const routes = {
  'GET /me': (request, response) => response.end('{"name":"ada"}'),
  'PUT /me': (request, response) => response.end('{}'),
};

export default (request, response) => {
  response.setHeader('Access-Control-Allow-Origin', 'https://app.shop.example');
  response.setHeader('Access-Control-Allow-Credentials', 'true');
  response.setHeader('Access-Control-Allow-Methods', 'GET, PUT');
  response.setHeader('Access-Control-Allow-Headers', 'content-type');
  const route = routes[`${request.method} ${request.url.split('?')[0]}`];
  if (route) return route(request, response);
  response.statusCode = 404;
  response.end('{}');
};
